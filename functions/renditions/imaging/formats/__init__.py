"""The file formats, a package each: what their bytes say before a decoder is entered, and what decoders get wrong."""
