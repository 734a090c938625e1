"""Project: the folder with the labels, its index, its versions and its one writer."""
