# cmake -DOUT=FILE.cpp -DFILES=a;b -P Embed.cmake: a table of files as C++ (service/page_files.hpp), without xxd.
set(table "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" content)
  if(content MATCHES "\\)embedded\"")
    message(FATAL_ERROR "${file} contains the end mark of the raw string it would be put in")
  endif()
  string(APPEND table "    {\"${name}\",\n     R\"embedded(${content})embedded\"},\n")
endforeach()
file(WRITE "${OUT}" "// Made by cmake/Embed.cmake.
#include \"page_files.hpp\"

namespace retouch::service {

namespace {
constexpr PageFile files[] = {
${table}};
}  // namespace

std::span<const PageFile> page_files() { return files; }

}  // namespace retouch::service
")
