"""How a review begins: who reviews is asked where it is not known, the study is opened, and closed at the end."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from synthdial.errors import SynthdialError
from synthdial.tui.screens.notice import nothing_to_read
from synthdial.tui.screens.rater import RaterScreen, Role, Who
from synthdial.tui.screens.review import ReviewScreen

if TYPE_CHECKING:
    from synthdial.review.session import ReviewRequest
    from synthdial.study import Study
    from synthdial.tui.app import SynthdialApp


def begin_review(app: "SynthdialApp", path: Path, request: "ReviewRequest") -> None:
    """Review a study or a task.

    What is wrong is shown; a rater who is not known is asked for name and role.

    Parameters
    ----------
    app : SynthdialApp
        Shows the screens.
    path : Path
        The study or the task.
    request : ReviewRequest
        Who reviews, if that is known, and how.
    """
    from synthdial.study import Study

    try:
        study = Study(path)
    except SynthdialError as error:
        app.problem(error)
        return
    if request.rater:
        _start(app, study, request, Who(request.rater, request.role))
        return
    try:
        roles, names = _roles(study, request), _names(study)
    except SynthdialError as error:
        study.close()
        app.problem(error)
        return

    def close(who: Who | None) -> None:
        if who is None:
            study.close()
            return
        app.remember(replace(app.state, rater=who.name, role=who.role or app.state.role))
        _start(app, study, request, who)

    app.push_screen(RaterScreen(roles, names, Who(app.state.rater, app.state.role)), close)


def _start(app: "SynthdialApp", study: "Study", request: "ReviewRequest", who: Who) -> None:
    try:
        session = request.start(study, who.name, who.role)
        if session.items:
            app.push_screen(ReviewScreen(session, closed=study.close))
            return
    except SynthdialError as error:
        app.problem(error)
    else:
        app.push_screen(nothing_to_read())
    study.close()


def _roles(study: "Study", request: "ReviewRequest") -> tuple[Role, ...]:
    """As what somebody new may judge: each role once, by the rubric that the session will take."""
    from synthdial.review.raters import rubric_for, stored_rubrics
    from synthdial.review.rubric import bundled_rubrics, load_rubric
    from synthdial.study.reviews import Reviews

    reviews = Reviews(study)
    asked = None if request.rubric is None else load_rubric(request.rubric)
    if asked is not None or reviews.is_task:
        rubrics = [rubric_for(reviews, request.role, asked)]
    else:
        rubrics = [*stored_rubrics(reviews).values(), *bundled_rubrics()]
    found: dict[str, Role] = {}
    for rubric in rubrics:
        criteria = {language: [each.names[language] for each in rubric.criteria] for language in rubric.names}
        found.setdefault(rubric.role, Role(rubric.role, rubric.names, criteria))
    return tuple(role for role in found.values() if request.role in (None, role.key)) or tuple(found.values())


def _names(study: "Study") -> tuple[str, ...]:
    """Who has begun: they are not asked for their role again."""
    from synthdial.review.raters import known_raters

    return tuple(rater.name for rater in known_raters(study))
