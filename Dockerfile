# One image: the dashboard by default, the operator's commands on request (docs/operations.md).
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REGIESPIEGEL_DATA=/data \
    REGIESPIEGEL_CONFIG=/srv/regiespiegel/config

WORKDIR /srv/regiespiegel

# Dependencies first: they change less often than the code.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement requirements.lock

COPY pyproject.toml README.md ./
COPY config config
COPY docs/methods.md docs/methods.nl.md docs/
COPY accounts accounts
COPY etl etl
COPY warehouse warehouse
COPY dashboard dashboard
# There is no npm here, so the image serves the whole of plotly: 1.4 MB at a first visit, not 0.6.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && python -m dashboard.files \
    && useradd --uid 1000 --no-create-home --shell /usr/sbin/nologin regiespiegel \
    && install --directory --owner regiespiegel --group regiespiegel /data

USER regiespiegel
EXPOSE 8050

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8050/health', timeout=4)"]

# Never --preload: workers that are forked after polars has run hang.
CMD ["gunicorn", "dashboard.wsgi:server", "--bind", "0.0.0.0:8050", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/tmp", "--no-control-socket", \
     "--access-logfile", "-"]
