"""One module per route. Each has one function, which takes the stack, the user and the request, and returns JSON."""
