# Components from C: each file through clang to wasm32, the lot through wasm-ld into a core module
# that imports nothing, and that through wasm-tools into a component.  Native flags do not apply.
find_program(RIPTIDE_WASM_CC NAMES clang-19 clang DOC "clang that compiles for wasm32-wasi")
set(RIPTIDE_WASI_ROOT "/usr" CACHE PATH "wasi-libc: the folder with include/wasm32-wasi and lib/wasm32-wasi")

riptide_need("clang (RIPTIDE_WASM_CC)" "${RIPTIDE_WASM_CC}")
riptide_need("wasi-libc (RIPTIDE_WASI_ROOT)" "${RIPTIDE_WASI_ROOT}/lib/wasm32-wasi/libc.a")
riptide_need("wasm-tools (RIPTIDE_WASM_TOOLS)" "${RIPTIDE_WASM_TOOLS}")

# Instructions are named one by one, so that the module asks the same of an engine whatever clang
# takes for a generic machine.
set(RIPTIDE_WASM_FLAGS
    --target=wasm32-wasi --sysroot=${RIPTIDE_WASI_ROOT}
    -isystem ${RIPTIDE_WASI_ROOT}/include/wasm32-wasi
    -mcpu=mvp -mmutable-globals -mbulk-memory -msign-ext -mnontrapping-fptoint
    -std=c11 -O3 -flto -DNDEBUG -ffunction-sections -fdata-sections
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=.
    -ffile-prefix-map=${RIPTIDE_LEXBOR_DIR}=lexbor -ffile-prefix-map=${RIPTIDE_YYJSON_DIR}=yyjson)
set(RIPTIDE_WASM_WARNINGS -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wcast-qual -Wformat=2 -Wundef $<$<BOOL:${RIPTIDE_WERROR}>:-Werror>)
set(RIPTIDE_WASM_SIMD -msimd128)

# Hostile pages and the corpus need between 32 and 64 KiB.  Not more than four times that, because
# the stack lies in the memory that is cleared for every instance.
set(RIPTIDE_WASM_STACK 262144)

# riptide_wasm_objects(OUT FOLDER FLAGS SOURCE...): compiles the sources, each to FOLDER; the
# objects' paths go to OUT.  A source may be named relative to the calling list file.
function(riptide_wasm_objects out folder flags)
    set(objects "")
    foreach(source ${ARGN})
        get_filename_component(source "${source}" ABSOLUTE)
        string(MD5 hash "${source}")
        string(SUBSTRING "${hash}" 0 8 hash)
        get_filename_component(name "${source}" NAME_WE)
        set(object "${CMAKE_CURRENT_BINARY_DIR}/${folder}/${name}-${hash}.o")
        add_custom_command(OUTPUT "${object}"
            COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_CURRENT_BINARY_DIR}/${folder}"
            COMMAND ${CMAKE_C_COMPILER_LAUNCHER} ${RIPTIDE_WASM_CC} ${RIPTIDE_WASM_FLAGS} ${flags}
                -MD -MF "${object}.d" -c "${source}" -o "${object}"
            DEPENDS "${source}" DEPFILE "${object}.d"
            COMMENT "wasm32 ${folder}/${name}.o" VERBATIM COMMAND_EXPAND_LISTS)
        list(APPEND objects "${object}")
    endforeach()
    set(${out} ${objects} PARENT_SCOPE)
endfunction()

# riptide_component(NAME WIT WORLD FLAGS OBJECT...): NAME.wasm in the current binary folder.  The
# optimizing is told to the linker alone: clang, told so, too, would run wasm-opt after it where there
# is one, and the component would depend on what is installed.
function(riptide_component name wit world flags)
    set(core "${CMAKE_CURRENT_BINARY_DIR}/${name}.core.wasm")
    set(typed "${CMAKE_CURRENT_BINARY_DIR}/${name}.typed.wasm")
    set(component "${CMAKE_CURRENT_BINARY_DIR}/${name}.wasm")
    set(list "${CMAKE_CURRENT_BINARY_DIR}/${name}.rsp")
    list(JOIN ARGN "\n" objects)
    file(CONFIGURE OUTPUT "${list}" CONTENT "${objects}\n" @ONLY)
    add_custom_command(OUTPUT "${component}" BYPRODUCTS "${core}" "${typed}"
        COMMAND ${RIPTIDE_WASM_CC} ${RIPTIDE_WASM_FLAGS} ${flags} -mexec-model=reactor -nostartfiles
            -O0 -Wl,--lto-O3 @${list} -L${RIPTIDE_WASI_ROOT}/lib/wasm32-wasi -lc-printscan-long-double
            -Wl,--no-entry -Wl,--gc-sections -Wl,--strip-all
            -Wl,--stack-first -Wl,-z,stack-size=${RIPTIDE_WASM_STACK} -o "${core}"
        COMMAND ${RIPTIDE_WASM_TOOLS} component embed "${wit}" "${core}" --world ${world} -o "${typed}"
        COMMAND ${RIPTIDE_WASM_TOOLS} component new "${typed}" -o "${component}"
        DEPENDS ${ARGN} "${list}" "${wit}" "${RIPTIDE_WASM_TOOLS}"
        COMMENT "component ${name}.wasm" VERBATIM COMMAND_EXPAND_LISTS)
endfunction()
