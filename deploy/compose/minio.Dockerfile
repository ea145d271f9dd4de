# MinIO's community edition has no images any more: built here from its last source release.
FROM golang:1.25-bookworm AS build
ENV CGO_ENABLED=0 GOFLAGS=-mod=mod
RUN go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

FROM debian:12-slim
# wget asks for its health. Debian 12 gives security updates within these versions: pinning one would refuse them.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends wget \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10002 --create-home minio \
 && install -d -o minio -g minio -m 0700 /data
COPY --from=build /go/bin/minio /usr/local/bin/minio
USER 10002:10002
VOLUME /data
EXPOSE 9000
ENTRYPOINT ["/usr/local/bin/minio"]
CMD ["server", "--quiet", "--address", ":9000", "/data"]
