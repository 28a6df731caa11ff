// The command line of the program: commands, their options, the help that explains them, and how it is read. The library
// for it is included in command_line.cpp only, because compiling it takes seconds wherever it is included.
//
//   cli::CommandLine line("Keeps keys.", "latchkey");
//   cli::Command list = line.add_subcommand("list", "List keys");
//   auto limit = std::make_shared<std::size_t>(200);  // lives as long as the action that reads it
//   list.add_option("--limit", *limit, "At most this many").capture_default_str();
//   list.callback([limit] { return print_keys(*limit); });
//   return line.run(argc, argv);
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace latchkey::cli {

// Refers to an option, which its command owns.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option& required();
  Option& envname(const std::string& variable);
  Option& capture_default_str();  // help tells the value that the variable has now
  Option& between(int least, int most);
  Option& excludes(const Option& other);

 private:
  CLI::Option* option_;
};

// Refers to a command, which its command line owns.
class Command {
 public:
  Command(CLI::App* app, int* exit_code) : app_(app), exit_code_(exit_code) {}

  Command add_subcommand(const std::string& name, const std::string& help);
  void require_subcommand();  // exactly one

  // A name without dashes is a positional argument.
  Option add_option(const std::string& name, std::string& value, const std::string& help);
  Option add_option(const std::string& name, std::int64_t& value, const std::string& help);
  Option add_option(const std::string& name, std::size_t& value, const std::string& help);
  Option add_option(const std::string& name, std::function<void(const std::string&)> take, const std::string& help);
  // May be repeated; takes one value each time.
  Option add_option(const std::string& name, std::vector<std::string>& values, const std::string& help);
  // All positional arguments that are left; at least one if any is given.
  Option add_arguments(const std::string& name, std::vector<std::string>& values, const std::string& help);
  Option add_flag(const std::string& name, bool& value, const std::string& help);

  void footer(const std::string& text);        // the end of its help
  void callback(std::function<int()> action);  // what it does; answers the exit code

 protected:
  CLI::App* app_;
  int* exit_code_;
};

class CommandLine : public Command {
 public:
  CommandLine(const std::string& help, const std::string& program);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  void set_version_flag(const std::string& name, const std::string& version);
  // Runs the command that was given. Answers its exit code, 0 if help was asked for, or kUsage, with the reason on
  // standard error, if the arguments are wrong.
  int run(int argc, char** argv);

 private:
  const std::unique_ptr<CLI::App> owned_;
  int code_ = 0;
};

}  // namespace latchkey::cli
