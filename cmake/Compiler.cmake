# One set of flags for every target: warnings are errors, hardening is on, sanitizers come from LATCHKEY_SANITIZE.
set(LATCHKEY_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, or empty")
set(LATCHKEY_OPTIMIZE "-O2 -g1" CACHE STRING "Optimization and debug information")
option(LATCHKEY_FUZZ "Build the libFuzzer targets" OFF)

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-unused-parameter
                    -fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wthread-safety>)
else()
  # g++ 12 reports these inside the standard library's own headers when it inlines.
  add_compile_options(-Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer -Wno-array-bounds)
endif()
add_link_options(-fuse-ld=mold)

if(LATCHKEY_SANITIZE)
  add_compile_options(-fsanitize=${LATCHKEY_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LATCHKEY_SANITIZE})
else()
  add_compile_definitions($<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS> _FORTIFY_SOURCE=2)
endif()
set(CMAKE_CXX_FLAGS_RELEASE ${LATCHKEY_OPTIMIZE})
set(CMAKE_C_FLAGS_RELEASE ${LATCHKEY_OPTIMIZE})
if(LATCHKEY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Said here and not by POSITION_INDEPENDENT_CODE, which gives libraries and programs different flags: they share one
# precompiled header, and it must have been compiled with the same.
add_compile_options(-fPIE)
add_link_options(-pie)

# ccache has to be told that a precompiled header may be shared between equal compilations.
find_program(LATCHKEY_CCACHE ccache)
if(LATCHKEY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${LATCHKEY_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Xclang> $<$<COMPILE_LANGUAGE:CXX>:-fno-pch-timestamp>)
  else()
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
