"""What a service does beside the requests, again and again, until it ends."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

log = logging.getLogger(__name__)


@contextmanager
def repeated(name: str, every_s: float, work: Callable[[Event], None]) -> Iterator[None]:
    """Call `work` at once and then every so many seconds, in a thread of its own.

    Parameters
    ----------
    work : is given what is set when the service ends; long work looks at it and leaves. What it raises is logged, and
        it is called again at the next time.
    """
    ended = Event()

    def keep_on() -> None:
        while not ended.is_set():
            try:
                work(ended)
            except Exception as error:  # noqa: BLE001 (the edge: a thread that ends would end its chore for good)
                log.error("%s: %s", name, str(error).partition("\n")[0])
            ended.wait(every_s)

    thread = Thread(target=keep_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
