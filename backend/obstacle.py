"""What stands in an operator's way, said in one Chinese sentence with what to do about it."""


class Obstacle(Exception):
    """Raised where the command line can only stop: it prints the sentence, never a traceback."""
