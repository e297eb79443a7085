"""HDR gain maps: found in an original, taken through the steps of its rendition, and written beside it.

A gain map says for each pixel how much brighter a screen with more light shows the image. ISO 21496-1, Ultra HDR and
Apple's photographs store it as a second, often smaller image. No module here is imported for an original without one.
"""
