"""The ``renditions`` command: run the stack on this machine, and operate any stack.

    main, recovery   the commands with their arguments and their help
    commands/        what each command does, one module per command
    render/          rendering files on this machine, without AWS
    console/         the local web page of executions: its server and its files
    show/            what the command shows: progress, tables, reports, the contact sheet
    aws/             a deployed stack: its executions, records, queues, uploads
    files/           the originals on this machine, and the folders of their renditions
    local/           the stack on this machine: the emulator with template.yaml deployed onto it
    errors           the errors that a command reports as a sentence

Each room imports only from those below it; `files` and `local` do not know each other.
"""
