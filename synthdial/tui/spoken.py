"""Figures, times and states in the words of the reader's language."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from synthdial.language import Say

if TYPE_CHECKING:
    from synthdial.tui.batch import Batch


def dialogues(count: int, say: Say) -> str:
    """A number of dialogues."""
    return say("1 dialogue") if count == 1 else say("{count} dialogues").format(count=count)


def duration(seconds: float, say: Say) -> str:
    """A time for people, in no more than two units."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("{hours} h {minutes:02d} min").format(hours=hours, minutes=minutes)
    if minutes:
        return say("{minutes} min {seconds:02d} s").format(minutes=minutes, seconds=rest)
    return say("{seconds} s").format(seconds=rest)


def size(count: float, say: Say) -> str:
    """A number of bytes for people, with the decimal mark of the language."""
    for unit, digits in (("kB", 0), ("MB", 0), ("GB", 1)):  # noqa: B007
        count /= 1000
        if count < 999.5 or unit == "GB":
            break
    return f"{count:.{digits}f} {unit}".replace(".", say("."))


def moment(when: datetime.datetime, now: datetime.datetime, say: Say) -> str:
    """When something was, as near as it matters."""
    time = f"{when:%H:%M}"
    days = (now.date() - when.date()).days
    if days == 0:
        return say("today {time}").format(time=time)
    if days == 1:
        return say("yesterday {time}").format(time=time)
    return say("{year}-{month:02d}-{day:02d}").format(year=when.year, month=when.month, day=when.day)


def near(path: Path) -> str:
    """A path as a person would write it here: without the folder that the program was started in, or with ~."""
    for folder, sign in ((Path.cwd(), ""), (Path.home(), "~")):
        if path.is_relative_to(folder) and path != folder:
            return str(Path(sign) / path.relative_to(folder))
    return str(path)


def batch_summary(batch: "Batch", say: Say) -> str:
    """How far a batch is, in one line."""
    parts = [f"{batch.study.name}: {say(batch.shown)}"]
    if progress := batch.progress:
        parts.append(say("{done} of {count} dialogues").format(done=progress.done, count=progress.count))
        if progress.tokens_per_second:
            parts.append(say("{rate:.0f} tokens/s").format(rate=progress.tokens_per_second))
        if progress.seconds_left and batch.running:
            parts.append(say("{time} left").format(time=duration(progress.seconds_left, say)))
    return " · ".join(parts)
