# Workers need WITH=run; the sandbox and the demo need WITH=demo.
FROM python:3.12-slim
ARG WITH=run
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /gateway
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/${WITH}.txt && pip install --no-cache-dir setuptools
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
# Its bill of materials, /gateway/sbom.cdx.json: CycloneDX, from the pins and from what is installed.
RUN python tools/sbom.py requirements/${WITH}.txt sbom.cdx.json
# No rights, and no file of its own: everything but the folder of TMPDIR may be read-only (docs/deploy.md).
USER 10001:10001
CMD ["gateway", "run"]
