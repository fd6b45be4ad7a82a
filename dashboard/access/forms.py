"""The forms that the server writes itself: signing in, a link, one's own account, the trail."""

from __future__ import annotations

import flask

from dashboard.access.csrf import csrf_token
from dashboard.texts import Texts

FIELDS = """{% macro field(name, label, type, complete, hint='', needed=True) %}
<p class="field"><label for="{{ name }}">{{ label }}</label>
<input id="{{ name }}" name="{{ name }}" type="{{ type }}" autocomplete="{{ complete }}"
 maxlength="256" {% if needed %}required{% endif %}
 {% if complete == 'one-time-code' %}inputmode="numeric"{% endif %}>
{% if hint %}<span class="hint">{{ hint }}</span>{% endif %}</p>
{% endmacro %}
{% macro token() %}<input type="hidden" name="csrf" value="{{ csrf }}">{% endmacro %}
"""
LOCAL = """{% if is_folded %}<details>
<summary>{{ say('sign_in_account_title') }}</summary>{% endif %}
<form method="post" action="/sign-in?lang={{ say.language }}">
{{ token() }}<input type="hidden" name="next" value="{{ next }}">
{{ field('email', say('field_email'), 'email', 'username') }}
{{ field('password', say('field_password'), 'password', 'current-password') }}
{{ field('code', say('field_code'), 'text', 'one-time-code', say('field_code_hint'), False) }}
<button type="submit">{{ say('sign_in') }}</button>
</form>
{% for provider in providers %}
<p><a class="button" href="/sign-in/{{ provider.provider_id }}?{{ query }}">
{{ say('sign_in_with', name=provider.name) }}</a></p>
{% endfor %}
{% if is_folded %}</details>{% endif %}
{% if other %}
<p class="language"><a href="/sign-in?lang={{ other }}&amp;next={{ next | urlencode }}"
 lang="{{ other }}" hreflang="{{ other }}">{{ say('other_language') }}</a></p>{% endif %}"""
LINK_FORM = """<form method="post">
{{ token() }}
{{ field('password', say('field_new_password'), 'password', 'new-password', hint) }}
{{ field('again', say('field_again'), 'password', 'new-password') }}
<button type="submit">{{ say('link_button') }}</button>
</form>"""
ACCOUNT = """<dl>
<dt>{{ say('field_email') }}</dt><dd>{{ account.email }}</dd>
<dt>{{ say('field_role') }}</dt><dd>{{ role }}</dd>
</dl>
{% if organisations | length > 1 %}
<form method="post" action="/account/organisation?lang={{ say.language }}">{{ token() }}
<fieldset><legend>{{ say('account_choose') }}</legend>
{% for one in organisations %}
<label class="account"><input type="radio" name="organisation" value="{{ one.id }}" required
 {% if one.is_current %}checked{% endif %}><span><strong>{{ one.name }}</strong></span></label>
{% endfor %}</fieldset>
<button type="submit">{{ say('account_choose_button') }}</button></form>
{% endif %}
{% if account.has_password %}
<h2>{{ say('account_password') }}</h2>
<form method="post" action="/account/password?lang={{ say.language }}">{{ token() }}
{{ field('current', say('field_password'), 'password', 'current-password') }}
{% if account.has_totp %}{{ field('code', say('field_code'), 'text', 'one-time-code') }}{% endif %}
{{ field('password', say('field_new_password'), 'password', 'new-password', hint) }}
{{ field('again', say('field_again'), 'password', 'new-password') }}
<button type="submit">{{ say('link_button') }}</button></form>
{% if not account.has_totp %}
<h2>{{ say('account_code') }}</h2>
<p>{{ say('account_code_text') }}</p><p><code>{{ secret }}</code></p>
<p><a href="{{ app_address }}">{{ say('account_code_open') }}</a></p>
<form method="post" action="/account/code?lang={{ say.language }}">{{ token() }}
{{ field('code', say('field_code'), 'text', 'one-time-code') }}
<button type="submit">{{ say('account_code_button') }}</button></form>
{% else %}<p>{{ say('account_code_on') }}</p>{% endif %}
{% endif %}
{% if sees_trail %}
<p><a href="/trail?lang={{ say.language }}">{{ say('trail_title') }}</a></p>{% endif %}
<p><a class="button" href="/?lang={{ say.language }}">{{ say('to_overview') }}</a></p>"""
TRAIL = """<div class="wide" tabindex="0"><table><caption>{{ say('trail_caption') }}</caption>
<thead><tr>{% for head in heads %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></div>
<p><a class="button" href="/account?lang={{ say.language }}">{{ say('account_title') }}</a></p>"""


def form(template: str, say: Texts, **values: object) -> str:
    """Return a form as markup. Every value in it is escaped; the token is this session's."""
    values = {"say": say, "csrf": csrf_token(), **values}
    return flask.render_template_string(FIELDS + template, **values)
