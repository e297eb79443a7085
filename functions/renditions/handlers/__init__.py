"""One module for each Task state that runs in Lambda, named after the state: parse → one core call → return."""
