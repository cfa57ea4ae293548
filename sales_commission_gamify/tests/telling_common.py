"""Who is told what over the bus, without a bus."""

GAINED = "sales_commission/gained"


class TellingMixin:
    """Collects what users are sent as ``self.told``: ``[(name, message)]``."""

    def setUp(self):
        super().setUp()
        self.told = []
        self.env.cr.postcommit.clear()
        case = self

        def send(users, channel, message, **_kwargs):
            case.told += [(user.name, message) for user in users if channel == GAINED]

        self.patch(type(self.env["res.users"]), "_bus_send", send)

    @classmethod
    def _set_presence(cls, *users, status="online"):
        presences = cls.env["mail.presence"].sudo()
        for user in users:
            presences.search([("user_id", "=", user.id)]).unlink()
            presences.create({"user_id": user.id, "status": status})

    def _take(self):
        """``[(name, title, message)]`` of what was told since the last time."""
        told, self.told = self.told, []
        return [(name, said["title"], said["message"]) for name, said in told]
