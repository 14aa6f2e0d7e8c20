# find_package(xeploai) gives the targets xeploai::xeploai, the shared library, and xeploai::static, which is linked into the
# program. The folder may be moved: all places are found from this file.
get_filename_component(_xeploai_folder "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET xeploai::xeploai)
  find_package(Threads REQUIRED)
  add_library(xeploai::xeploai SHARED IMPORTED)
  set_target_properties(xeploai::xeploai PROPERTIES
    IMPORTED_LOCATION "${_xeploai_folder}/lib/libxeploai.so.1"
    IMPORTED_SONAME libxeploai.so.1
    INTERFACE_INCLUDE_DIRECTORIES "${_xeploai_folder}/include")
  add_library(xeploai::static STATIC IMPORTED)
  set_target_properties(xeploai::static PROPERTIES
    IMPORTED_LOCATION "${_xeploai_folder}/lib/libxeploai.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_xeploai_folder}/include"
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
endif()
unset(_xeploai_folder)
