"""The part of the application that writes dialogues: one batch at a time, in a thread beside whatever is shown."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.signal import Signal

from synthdial.errors import SynthdialError
from synthdial.tui import messages
from synthdial.tui.batch import STOPPING, WRITING, Batch, Writer
from synthdial.tui.failing import FailingApp
from synthdial.tui.spoken import batch_summary

if TYPE_CHECKING:
    from synthdial.study.request import BatchRequest


class BatchApp(FailingApp):
    """Runs a batch and tells of it.

    Parameters
    ----------
    writer : callable, optional
        Writes a batch; `synthdial.study.batch.run_batch` by default.

    Attributes
    ----------
    batch : Batch or None
        The batch that runs, or ran last.
    batch_changed : Signal
        Says that it got on.
    """

    def __init__(self, writer: Writer | None = None) -> None:
        super().__init__()
        self._writer = writer
        self.batch: Batch | None = None
        self.batch_changed: Signal[Batch] = Signal(self, "batch_changed")

    def say(self, text: str, domain: str = "tui") -> str:
        """A message in the language of now."""
        raise NotImplementedError

    def opened(self, study: Path) -> None:
        """A study is there, and is known from now on."""
        raise NotImplementedError

    def problem(self, error: SynthdialError) -> None:
        """Show what is wrong and what to do, until it was read."""
        from synthdial.tui.screens.problem import Problem

        self.push_screen(Problem(error))

    def start_batch(self, path: Path, request: "BatchRequest") -> None:
        """Write dialogues beside whatever is shown; what comes of it is told by messages."""
        self.batch = Batch(path, request)
        self._run_batch(self.batch)
        self.batch_changed.publish(self.batch)

    @work(thread=True, group="batch")
    def _run_batch(self, batch: Batch) -> None:
        from synthdial.study.batch import run_batch

        writer = self._writer or run_batch
        try:
            result = writer(
                batch.study,
                batch.request,
                report=lambda progress: self._post(messages.BatchProgressed(progress)),
                remark=lambda text: self._post(messages.BatchRemarked(text)),
                hear=lambda event, dialogue: self._post(messages.BatchHeard(event, dialogue)),
                control=batch.control,
            )
        except SynthdialError as error:
            self._post(messages.BatchEnded(None, error))
        except Exception as error:
            # the border of the thread: whatever went wrong there, the screens go on
            fault = SynthdialError(
                f"Writing failed: {type(error).__name__}: {error}.", "This is a fault of the program; report it."
            )
            self._post(messages.BatchEnded(None, fault))
        else:
            self._post(messages.BatchEnded(result, None))

    def _post(self, message: Message) -> None:
        self.post_message(message)

    def on_batch_progressed(self, message: messages.BatchProgressed) -> None:
        """The batch got on."""
        if self.batch is not None:
            self.batch.progress = message.progress
            self.batch_changed.publish(self.batch)

    def on_batch_heard(self, message: messages.BatchHeard) -> None:
        """The engine reported a turn, or that a dialogue is done."""
        if self.batch is not None:
            before = self.batch.phase
            self.batch.hear(message.event, message.dialogue)
            if before != WRITING == self.batch.phase:
                self.opened(self.batch.study)
            self.batch_changed.publish(self.batch)

    def on_batch_remarked(self, message: messages.BatchRemarked) -> None:
        """The batch said something."""
        if self.batch is not None:
            self.batch.remark(message.text)
            self.batch_changed.publish(self.batch)

    def on_batch_ended(self, message: messages.BatchEnded) -> None:
        """The batch is over."""
        if self.batch is not None:
            self.batch.end(message.error)
            self.batch_changed.publish(self.batch)
            if message.error is not None:
                self.problem(message.error)
            else:
                self.notify(batch_summary(self.batch, self.say), markup=False)

    def stop_batch(self) -> None:
        """Stop the batch; what is finished stays."""
        if self.batch is not None and self.batch.running:
            self.batch.phase = STOPPING
            self.batch.control.stop()
            self.batch_changed.publish(self.batch)

    def pause_batch(self) -> None:
        """Pause the batch, or let it go on."""
        if self.batch is not None and self.batch.running:
            control = self.batch.control
            (control.resume if control.paused else control.pause)()
            self.batch_changed.publish(self.batch)

    def on_unmount(self) -> None:
        """Leave no process behind."""
        if self.batch is not None:
            self.batch.control.stop()
