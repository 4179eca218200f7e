# For platforms without a pybullet wheel (anything but Linux x86-64 with CPython 3.11):
#   docker build --platform linux/amd64 -t cellsim . && docker run --rm -v "$PWD:/cell" cellsim verify /cell
FROM python:3.11-slim-bookworm
WORKDIR /opt/cellsim
COPY . .
RUN pip install --no-cache-dir -c constraints.txt .
ENTRYPOINT ["cellsim"]
