#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace latchkey::cli {

Option& Option::required() { return option_->required(), *this; }

Option& Option::envname(const std::string& variable) { return option_->envname(variable), *this; }

Option& Option::capture_default_str() { return option_->capture_default_str(), *this; }

Option& Option::between(int least, int most) { return option_->check(CLI::Range(least, most)), *this; }

Option& Option::excludes(const Option& other) { return option_->excludes(other.option_), *this; }

Command Command::add_subcommand(const std::string& name, const std::string& help) {
  return {app_->add_subcommand(name, help), exit_code_};
}

void Command::require_subcommand() { app_->require_subcommand(1); }

Option Command::add_option(const std::string& name, std::string& value, const std::string& help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::int64_t& value, const std::string& help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::size_t& value, const std::string& help) {
  return Option(app_->add_option(name, value, help));
}

Option Command::add_option(const std::string& name, std::function<void(const std::string&)> take,
                           const std::string& help) {
  return Option(app_->add_option_function<std::string>(name, take, help));
}

Option Command::add_option(const std::string& name, std::vector<std::string>& values, const std::string& help) {
  return Option(app_->add_option(name, values, help)->allow_extra_args(false));
}

Option Command::add_arguments(const std::string& name, std::vector<std::string>& values, const std::string& help) {
  return Option(app_->add_option(name, values, help));
}

Option Command::add_flag(const std::string& name, bool& value, const std::string& help) {
  return Option(app_->add_flag(name, value, help));
}

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::callback(std::function<int()> action) {
  app_->callback([action = std::move(action), exit_code = exit_code_] { *exit_code = action(); });
}

CommandLine::CommandLine(const std::string& help, const std::string& program)
    : Command(nullptr, &code_), owned_(std::make_unique<CLI::App>(help, program)) {
  app_ = owned_.get();
}

CommandLine::~CommandLine() = default;

void CommandLine::set_version_flag(const std::string& name, const std::string& version) {
  app_->set_version_flag(name, version);
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? kDone : kUsage;
  }
  return code_;
}

}  // namespace latchkey::cli
