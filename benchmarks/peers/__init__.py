"""One server for each contestant: it makes renditions on request and says what they cost."""
