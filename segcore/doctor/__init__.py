"""The doctor: what a bug report needs to say of this machine, and what is wrong with it, in a sentence each."""
