"""Animations that stay animations: composing their frames as browsers do, and writing them."""
