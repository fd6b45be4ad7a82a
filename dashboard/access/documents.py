"""Pages that the server writes itself: sign-in, nothing released yet, errors."""

from __future__ import annotations

import flask
from markupsafe import Markup

from dashboard.texts import Texts

# Autoescaped by Flask; no script, so that they work before and without any.
DOCUMENT = """<!doctype html>
<html lang="{{ say.language }}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ title }} – {{ say('product') }}</title>
<link rel="stylesheet" href="/assets/document.css">
</head>
<body>
<main>
<p class="brand">{{ say('product') }}</p>
<h1>{{ title }}</h1>
{% for text in texts %}<p>{{ text }}</p>{% endfor %}
{{ content }}
</main>
</body>
</html>"""
ACCOUNTS = """<form method="post" action="/sign-in?lang={{ say.language }}">
<input type="hidden" name="csrf" value="{{ csrf }}">
<input type="hidden" name="next" value="{{ next }}">
<fieldset><legend>{{ say('sign_in_legend') }}</legend>
{% for account in accounts %}
<label class="account"><input type="radio" name="account" value="{{ account.id }}" required
 {% if loop.first %}checked{% endif %}>
<span><strong>{{ account.title }}</strong><span>{{ account.text }}</span></span></label>
{% endfor %}
</fieldset>
<button type="submit">{{ say('sign_in_button') }}</button>
</form>
<p class="language"><a href="/sign-in?lang={{ other }}&amp;next={{ next | urlencode }}"
 lang="{{ other }}" hreflang="{{ other }}">{{ say('other_language') }}</a></p>"""
LINK = """<p><a class="button" href="/?lang={{ say.language }}">{{ label }}</a></p>"""


def document(say: Texts, title: str, texts: list[str], content: str) -> str:
    """Return a whole document. `content` is markup that was escaped already."""
    safe = Markup(content)  # noqa: S704
    return flask.render_template_string(DOCUMENT, say=say, title=title, texts=texts, content=safe)


def notice(say: Texts, name: str) -> str:
    """Return a document that says what is so and what to do next."""
    texts = [say(f"{name}_text")]
    if name == "nothing":
        texts.append(say("nothing_operator"))
    label = say("nothing_retry" if name == "nothing" else "to_overview")
    content = flask.render_template_string(LINK, say=say, label=label)
    return document(say, say(f"{name}_title"), texts, content)
