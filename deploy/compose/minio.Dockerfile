# MinIO's community edition has no images any more: built here from its last source release.
FROM golang:1.25-alpine AS build
ENV CGO_ENABLED=0 GOFLAGS=-mod=mod
RUN go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c

FROM alpine:3.22
RUN addgroup -g 10002 minio && adduser -D -u 10002 -G minio minio && install -d -o minio -g minio -m 0700 /data
COPY --from=build /go/bin/minio /usr/local/bin/minio
USER 10002:10002
VOLUME /data
EXPOSE 9000
ENTRYPOINT ["/usr/local/bin/minio"]
CMD ["server", "--quiet", "--address", ":9000", "/data"]
