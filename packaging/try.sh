#!/bin/sh
# What `make run` does once everything is built: the whole system on loopback,
# a sample day played over real sockets, and a live view until Ctrl-C.
sample=$1
state=${VIGIE_STATE:-state}
exec ./vigie run -c samples/vigie.yaml ${sample:+--sample "$sample"}
