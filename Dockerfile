FROM python:3.12-slim
WORKDIR /gateway
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/demo.txt && pip install --no-cache-dir setuptools
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
CMD ["gateway", "run"]
