"""The fixtures of the state machine tests, in whose world every case of this folder runs."""

from tests.statemachine import conftest

engine, everything, photo = conftest.engine, conftest.everything, conftest.photo
services, world = conftest.services, conftest.world
