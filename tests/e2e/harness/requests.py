"""What tests of the management API's keys share."""
from harness import ledger


def body(**changed):
    return {"nickname": "Acme SMS Partner", "contact_email": "ops@acme.example", "access_type": "integrations"} | changed


def create(latchkey, path, **changed):
    answer = latchkey.operator.post(path, json=body(**changed))
    assert answer.status_code == 201, answer.text
    if "secret" in answer.json():
        ledger.remember(answer.json()["secret"], f"secret of {answer.json()['id']}")
    return answer


def pointers(answer):
    """Where the mistakes are that a 422 tells of."""
    assert answer.status_code == 422, answer.text
    assert all(error["detail"].strip() for error in answer.json()["errors"])
    return {error["pointer"] for error in answer.json()["errors"]}
