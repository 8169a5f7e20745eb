"""How long we wait for those who connect and say nothing."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIMEOUT_S = 10.0


class ImpatientProtocol(H11Protocol):
    """Closes a connection whose request does not come: uvicorn would wait for it as long as the client likes.

    The time runs from the connection, and from a later request's first byte, until the request's head is complete;
    what drips in does not prolong it. A body is the application's to wait for.
    """

    head_timeout: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_a_head()

    def data_received(self, data: bytes) -> None:
        """Take what came, and see whether a request is complete enough to be answered."""
        super().data_received(data)
        if self._is_answering():
            self._wait_no_more()
        elif self.head_timeout is None:
            self._wait_for_a_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        # uvicorn's own types do not tell that there is no cycle before the first request.
        return self.cycle is not None and not self.cycle.response_complete  # type: ignore[redundant-expr]

    def _wait_for_a_head(self) -> None:
        # Not `close`: that would wait until the client has read what we sent before.
        self.head_timeout = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self.head_timeout is not None:
            self.head_timeout.cancel()
            self.head_timeout = None
