#!/bin/bash
# Octet-counted messages (RFC 6587, 3.4.1; some have line feeds inside) from
# files of cases, NDJSON: an object a line with `raw` or `raws`; where
# `header` is false there is no syslog header, and `app` and `wrap` say what
# to send it under.
#   bench/cases.sh FILE...
jq -j 'select(.raw or .raws) | . as $case | (.raws // [.raw])[] |
    if $case.header == false
    then "<\($case.wrap.pri // 134)>1 - host \($case.app // "-") - " +
	"\($case.wrap.msgid // "-") - \(.)"
    else . end | "\(utf8bytelength) \(.)"' "$@"
