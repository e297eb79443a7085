"""The HTTP API of the web page and of programs: it signs uploads, reads records and deletes originals.

Everything else happens because S3 says so. docs/web.md describes the API for people, docs/openapi.yaml for programs.

    application   the routes, and errors as JSON
    routes/       one module per route
    images        the JSON of one image, from its object and its record
    markup        srcset and <picture>
    keys          which key belongs to whom
    quota         how many images a user has
    accepted      formats and sizes that the stack accepts
    stack         clients, places and settings of the function
    answers       errors that the API answers with
"""
