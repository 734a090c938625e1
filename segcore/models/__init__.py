"""Networks: one file a paper, one interface (`Segmenter`), one catalogue."""
