// AWS Secrets Manager. A place is a secret of this name; each generation is a version of it, whose id follows from key and
// generation, so that doing the same again makes no second one. A version is stored under a label of its own first, and then
// becomes AWSCURRENT only if the version that was read just before still is: AWS has no other check-and-set. AWSPREVIOUS
// follows by itself.
//
//   AwsSecretsManager aws({.name = "aws", .region = "eu-central-1", .credentials_file = "/run/latchkey/aws"}, clock, stopping);
//
// What it needs: secretsmanager:GetSecretValue, CreateSecret, PutSecretValue, UpdateSecretVersionStage and DescribeSecret;
// DeleteSecret for taking back a first secret. Thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "delivery/aws_credentials.h"
#include "delivery/manager_call.h"
#include "delivery/secret_manager.h"

namespace latchkey::delivery {

struct AwsOptions {
  std::string name;              // of the manager in the configuration
  std::string region;            // eu-central-1
  std::string endpoint;          // empty: the region's
  std::string credentials_file;  // empty: `credentials`
  std::string profile = "default";
  AwsCredentials credentials;             // of the environment
  std::string ca_file;                    // empty: the system's certificates
  std::string probed = "latchkey/probe";  // a name that probe() asks for; it need not be there
};

// One sentence about the first thing that can't be right.
Result<void> check_aws(const AwsOptions& options);

// The id of the version that holds this generation.
std::string aws_version_id(KeyId key, std::int64_t generation);
// The error's name out of an answer: "ResourceNotFoundException". Empty: there is none.
std::string aws_error_name(std::string_view body);

class AwsSecretsManager final : public SecretManager {
 public:
  // `clock` and `stopping` must outlive it.
  AwsSecretsManager(AwsOptions options, const Clock& clock, const std::atomic<bool>& stopping);
  Result<void> put(const std::string& path, const HandedSecret& handed) override;
  Result<void> take_back(const std::string& path, KeyId key, std::int64_t generation) override;
  Result<void> probe() override;

 private:
  struct Version {
    std::string id;  // empty: there is none
    Secret document;
  };
  enum class Created { kYes, kThereIsOne };

  // What the caller of `call` knows how to go on from; any other error it gets as a Result.
  struct Reply {
    std::string error;  // empty: it worked
    Secret body;
  };
  Result<Reply> call(std::string_view operation, std::string_view body,
                     std::initializer_list<std::string_view> expected_errors);
  std::unexpected<Error> explain(std::string_view operation, int status, const std::string& error) const;
  Result<AwsCredentials> credentials() const;

  // `which`: a member that names the version, such as "VersionStage":"AWSCURRENT".
  Result<Version> read(const std::string& path, std::string_view which);
  Result<Created> create(const std::string& path, const std::string& version, std::string_view document);
  // As a version that is not current.
  Result<void> store(const std::string& path, const std::string& version, std::string_view document,
                     const HandedSecret& handed);
  // False: `from` does not have the label any more. Either may be empty.
  Result<bool> move_label(const std::string& path, std::string_view label, const std::string& from,
                          const std::string& to);
  Result<void> restore(const std::string& path, const Version& withdrawn, KeyId key, std::int64_t generation);
  // A withdrawn secret must not be found as the previous one.
  Result<void> unlabel(const std::string& path, const std::string& version);
  Result<void> remove(const std::string& path, const std::string& only_version);
  std::string place(const std::string& path) const;

  const AwsOptions options_;
  const std::string url_;
  const Clock& clock_;
  const ManagerCaller caller_;
};

}  // namespace latchkey::delivery
