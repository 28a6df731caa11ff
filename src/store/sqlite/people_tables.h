// Users, their sessions, and the keys of operators.
#pragma once
#include <string_view>
#include <vector>

#include "store/key_store.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<void> insert_user(Connection& db, const UserRecord& record);
Result<UserRecord> find_user_by_email(Connection& db, std::string_view email);
Result<User> find_user(Connection& db, UserId id);
Result<std::vector<User>> list_users(Connection& db, TenantId tenant);

Result<void> insert_session(Connection& db, const SessionRecord& session);
Result<SessionRecord> find_session(Connection& db, const credential::Digest& token_hash);
Result<void> touch_session(Connection& db, const credential::Digest& token_hash, Instant last_seen, Instant expires);
Result<void> delete_session(Connection& db, const credential::Digest& token_hash);
Result<void> delete_expired(Connection& db, Instant now);

Result<void> insert_operator_key(Connection& db, const OperatorKeyRecord& record);
Result<std::vector<OperatorKeyRecord>> list_operator_keys(Connection& db);

}  // namespace latchkey::store::sqlite
