# latchkey_embed_pages(VARIABLE): the console's built files and the API's description become part of the program. Writes
# an assembler file that includes each file's bytes as they are, which takes no time to compile whatever their size, and
# a table of them (static_files.h); answers both in VARIABLE. What is worth it is also included compressed.

find_program(LATCHKEY_GZIP gzip)

function(latchkey_embed_pages variable)
  set(dist ${CMAKE_SOURCE_DIR}/console/dist)
  file(GLOB_RECURSE pages CONFIGURE_DEPENDS RELATIVE ${dist} ${dist}/*)
  set(names)
  set(files)
  foreach(page IN LISTS pages)
    list(APPEND names /${page})
    list(APPEND files ${dist}/${page})
  endforeach()
  if(NOT "/index.html" IN_LIST names)
    message(STATUS "console/dist has no index.html: the program gets a page that says so")
    set(names /index.html)
    set(files ${CMAKE_CURRENT_SOURCE_DIR}/no_console.html)
  endif()
  list(APPEND names /openapi.yaml)
  list(APPEND files ${CMAKE_SOURCE_DIR}/api/openapi.yaml)

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(inputs ${files})
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(number 0)
  foreach(name file IN ZIP_LISTS names files)
    set(symbol lk_page_${number})
    string(APPEND assembly ".balign 16\n.globl ${symbol}, ${symbol}_end\n${symbol}:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND declarations "extern const char ${symbol}[], ${symbol}_end[];\n")
    set(compressed "{}")
    if(LATCHKEY_GZIP AND name MATCHES "\\.(html|js|css|svg|txt|yaml|json)$")
      set(gzip ${folder}/${number}.gz)
      add_custom_command(OUTPUT ${gzip} DEPENDS ${file} VERBATIM
        COMMAND sh -c "mkdir -p \"$(dirname \"$2\")\" && \"$0\" -9nc \"$1\" > \"$2\"" ${LATCHKEY_GZIP} ${file} ${gzip})
      list(APPEND inputs ${gzip})
      string(APPEND assembly ".balign 16\n.globl ${symbol}_gz, ${symbol}_gz_end\n${symbol}_gz:\n.incbin \"${gzip}\"\n${symbol}_gz_end:\n.byte 0\n")
      string(APPEND declarations "extern const char ${symbol}_gz[], ${symbol}_gz_end[];\n")
      set(compressed "between(${symbol}_gz, ${symbol}_gz_end)")
    endif()
    string(APPEND rows "      {\"${name}\", between(${symbol}, ${symbol}_end), ${compressed}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",%progbits\n")
  file(CONFIGURE OUTPUT ${folder}/pages.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${folder}/pages.cpp @ONLY CONTENT "#include \"api/static_files.h\"

extern \"C\" {
${declarations}}

namespace latchkey::api {
namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

}  // namespace

std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
${rows}  };
  return files;
}

}  // namespace latchkey::api
")
  set_source_files_properties(${folder}/pages.S PROPERTIES OBJECT_DEPENDS "${inputs}" COMPILE_OPTIONS "-Wno-unused-command-line-argument")
  set(${variable} ${folder}/pages.S ${folder}/pages.cpp PARENT_SCOPE)
endfunction()
