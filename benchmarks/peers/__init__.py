"""One server per contestant, which makes renditions on request and reports what they cost."""
