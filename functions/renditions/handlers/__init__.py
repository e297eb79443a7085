"""One module for each Task state that runs in Lambda, named after it: parse → one core call → return."""
