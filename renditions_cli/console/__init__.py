"""A local web page of executions, as the Step Functions console shows them.

server        the sockets, on 127.0.0.1 only
application   from a request to its response: checks, routes, errors as sentences
listing, one_execution, pictures, actions    what the routes do
guard         who may ask: the token, and the headers Host, Origin and Sec-Fetch-Site
connection    the stack, found again after its credentials or its endpoint have changed
static        the page: HTML, CSS and JavaScript without a build step, and dagre for the layout of graphs
"""
