# Script: writes OUT, a header about the static answers of the service: the bytes of PAGE and of
# OPENAPI, and the policy that lets the page's own style and script run and nothing else.

# What stands between the tag's ends, as 'sha256-BASE64' of a Content-Security-Policy.
function(hash_of out text tag)
    string(FIND "${text}" "<${tag}>" begin)
    string(FIND "${text}" "</${tag}>" end)
    if(begin LESS 0 OR end LESS begin)
        message(FATAL_ERROR "${PAGE}: expected one <${tag}>")
    endif()
    string(LENGTH "<${tag}>" tag_len)
    math(EXPR begin "${begin} + ${tag_len}")
    math(EXPR len "${end} - ${begin}")
    string(SUBSTRING "${text}" ${begin} ${len} inside)
    string(SHA256 hex "${inside}")
    base64_of(encoded ${hex})
    set(${out} "'sha256-${encoded}'" PARENT_SCOPE)
endfunction()

# Of the 32 bytes of a SHA-256 in hexadecimal: 24 bits are four signs.
function(base64_of out hex)
    set(signs "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    set(encoded "")
    foreach(at RANGE 0 60 6)
        string(SUBSTRING "${hex}00" ${at} 6 group)
        foreach(shift 18 12 6 0)
            math(EXPR sign "(0x${group} >> ${shift}) & 63")
            string(SUBSTRING ${signs} ${sign} 1 sign)
            string(APPEND encoded ${sign})
        endforeach()
    endforeach()
    string(SUBSTRING ${encoded} 0 43 encoded)
    set(${out} "${encoded}=" PARENT_SCOPE)
endfunction()

file(READ ${PAGE} page)
hash_of(style "${page}" style)
hash_of(script "${page}" script)
file(SIZE ${PAGE} page_bytes)
file(SIZE ${OPENAPI} openapi_bytes)
set(policy
    "default-src 'none'" "style-src ${style}" "script-src ${script}" "connect-src 'self'"
    "img-src data: http: https:" "form-action 'self'" "base-uri 'none'" "frame-ancestors 'none'"
    "require-trusted-types-for 'script'" "trusted-types 'none'")
list(JOIN policy "; " policy)
file(WRITE ${OUT}
    "#define RT_PAGE_BYTES ${page_bytes}\n#define RT_OPENAPI_BYTES ${openapi_bytes}\n"
    "#define RT_PAGE_POLICY \"${policy}\"\n")
