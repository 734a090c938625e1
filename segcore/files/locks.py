"""What disks answer that have no locks, as some network folders."""

from __future__ import annotations

import errno

NO_LOCKS = frozenset((errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP))
"""Numbers of the errors; filelock itself replaces the lock where the answer is ENOSYS."""
