# The parts that are not ours.  tools/bootstrap puts them into RIPTIDE_PARTS_DIR; a packager names
# folders of his own.
set(parts "")
if(NOT RIPTIDE_PARTS_DIR)
    execute_process(COMMAND "${PROJECT_SOURCE_DIR}/tools/bootstrap" --print-dir
        OUTPUT_VARIABLE parts OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
set(RIPTIDE_PARTS_DIR "${parts}" CACHE PATH "Folder that tools/bootstrap filled")
set(RIPTIDE_LEXBOR_DIR "${RIPTIDE_PARTS_DIR}/lexbor" CACHE PATH "lexbor: the folder with source/lexbor")
set(RIPTIDE_YYJSON_DIR "${RIPTIDE_PARTS_DIR}/yyjson" CACHE PATH "yyjson: the folder with yyjson.c")
set(RIPTIDE_WASMTIME_DIR "${RIPTIDE_PARTS_DIR}/wasmtime" CACHE PATH "Wasmtime C API: the folder with include and lib")
set(RIPTIDE_WASM_TOOLS "${RIPTIDE_PARTS_DIR}/wasm-tools/bin/wasm-tools" CACHE FILEPATH "wasm-tools")

function(riptide_need what file)
    if(NOT EXISTS "${file}")
        message(FATAL_ERROR "${what} is not there: expected ${file}. Run tools/bootstrap, or name its folder.")
    endif()
endfunction()

riptide_need("lexbor (RIPTIDE_LEXBOR_DIR)" "${RIPTIDE_LEXBOR_DIR}/source/lexbor/core/base.h")
riptide_need("yyjson (RIPTIDE_YYJSON_DIR)" "${RIPTIDE_YYJSON_DIR}/yyjson.h")

# lexbor's modules that we use, without its memory port: core/lexbor_port.c takes its place.
set(RIPTIDE_LEXBOR_SOURCES "")
foreach(module core css dom encoding html ns punycode selectors style tag unicode url)
    file(GLOB_RECURSE found "${RIPTIDE_LEXBOR_DIR}/source/lexbor/${module}/*.c")
    list(APPEND RIPTIDE_LEXBOR_SOURCES ${found})
endforeach()

add_library(lexbor OBJECT ${RIPTIDE_LEXBOR_SOURCES})
target_include_directories(lexbor SYSTEM PUBLIC "${RIPTIDE_LEXBOR_DIR}/source")
target_compile_definitions(lexbor PUBLIC LEXBOR_STATIC)
if(RIPTIDE_SANITIZE MATCHES address)    # its own pools tell the sanitizer what is in use
    target_compile_definitions(lexbor PRIVATE LEXBOR_HAVE_ADDRESS_SANITIZER)
endif()
if(RIPTIDE_SANITIZE MATCHES undefined)  # it copies nothing from nowhere: memcpy(p, NULL, 0)
    target_compile_options(lexbor PRIVATE -fno-sanitize=nonnull-attribute)
endif()
set_target_properties(lexbor PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)

add_library(yyjson OBJECT "${RIPTIDE_YYJSON_DIR}/yyjson.c")
target_include_directories(yyjson SYSTEM PUBLIC "${RIPTIDE_YYJSON_DIR}")
set_target_properties(yyjson PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
