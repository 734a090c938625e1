"""CRF tuning: the CRF parameters that suit corrected images best."""
