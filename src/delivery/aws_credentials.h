// Credentials for AWS, from a file in AWS' own format, which is read again at each use so that temporary ones can be renewed:
//
//   [latchkey]
//   aws_access_key_id = AKIA...
//   aws_secret_access_key = ...
//   aws_session_token = ...        (only with temporary ones)
//
// Parsing is pure.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::delivery {

struct AwsCredentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;  // empty: they are permanent
};

// kUnauthenticated when the profile is not there, or lacks something.
Result<AwsCredentials> parse_aws_credentials(std::string_view file, const std::string& profile);
Result<AwsCredentials> read_aws_credentials(const std::string& path, const std::string& profile);
// Whether they may stand in a request's head.
bool are_usable(const AwsCredentials& credentials);
AwsCredentials copy_of(const AwsCredentials& credentials);

}  // namespace latchkey::delivery
