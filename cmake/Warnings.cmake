# The warnings that every file of ours is built with; an error where RIPTIDE_WERROR is on.
option(RIPTIDE_WERROR "Treat warnings as errors" OFF)

function(riptide_warnings target)
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
        -Wcast-qual -Wformat=2 -Wundef
        $<$<BOOL:${RIPTIDE_WERROR}>:-Werror>)
endfunction()
