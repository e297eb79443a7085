"""Animations that stay animations: their frames, composed as browsers do, and how they are written."""
