"""Files on this machine: the originals, and the folders of their renditions."""
