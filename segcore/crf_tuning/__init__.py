"""CRF tuning: parameters of the CRF from corrected images."""
