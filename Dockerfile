# syntax=docker/dockerfile:1
# BASE may be any image with Python 3.11 to 3.13 and its venv module.
ARG BASE=python:3.12-slim-bookworm

FROM ${BASE} AS build
# The set of dependencies: runtime for SQLite, fleet for PostgreSQL and telemetry too.
ARG LOCK=fleet
WORKDIR /build
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends binutils \
 && rm -rf /var/lib/apt/lists/*
# What builds stays here; what runs has not even pip.
RUN python3 -m venv tools && python3 -m venv --without-pip /opt/parution
COPY requirements/build.txt requirements/${LOCK}.txt requirements/
RUN tools/bin/pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes -r requirements/build.txt \
 && tools/bin/pip --python /opt/parution/bin/python install --no-cache-dir \
      --disable-pip-version-check --no-compile --require-hashes -r "requirements/${LOCK}.txt"
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY distributor distributor
COPY monitor monitor
COPY app app
COPY docs docs
COPY templates templates
COPY config config
RUN tools/bin/pip wheel --no-cache-dir --disable-pip-version-check \
      --no-deps --no-build-isolation --wheel-dir dist . \
 && tools/bin/pip --python /opt/parution/bin/python install --no-cache-dir \
      --disable-pip-version-check --no-compile --no-deps dist/*.whl
COPY requirements/slim.py requirements/compiled.py requirements/
ENV PYTHONPYCACHEPREFIX=/opt/parution/compiled
RUN tools/bin/python -B requirements/slim.py /opt/parution \
 && /opt/parution/bin/python requirements/compiled.py

FROM ${BASE}
LABEL org.opencontainers.image.title="Parution" \
      org.opencontainers.image.description="A self-hosted press office" \
      org.opencontainers.image.licenses="Apache-2.0"
# A number, so that an orchestrator can tell that it is not root.
RUN groupadd --system --gid 10001 parution \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin parution \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/parution /opt/parution
ENV PATH=/opt/parution/bin:$PATH \
    HOME=/data \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPYCACHEPREFIX=/opt/parution/compiled \
    PARUTION_DATA_DIR=/data \
    PARUTION_WEB__HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8321
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["parution", "healthcheck"]
CMD ["parution", "serve"]
