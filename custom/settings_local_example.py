"""An institution's own settings: copy to custom/settings_local.py and edit.

Whatever stands here wins over the environment and over pod/settings.py. Every name is
explained in `.env.example`; secrets are better given as files there (NAME_FILE).
"""

# The BigBlueButton server that will stop: as `bbb-conf --secret` prints them.
SCRIPT_BBB_SERVER_URL = "https://bbb.example.org/bigbluebutton/"
SCRIPT_BBB_SECRET_KEY = "change-me"  # noqa: S105 - an example

# Who gets what nobody is known to own, and where files to be claimed go.
SCRIPT_ADMIN_ID = 1
SCRIPT_RECORDER_ID = 1
DEFAULT_RECORDER_PATH = "/data/ftp-pod/ftp/"

# The Moodle databases, by the host name that BigBlueButton saw (bbb-origin-server-name);
# "default" is asked about recordings that name no server.
DB_PARAMS = {
    "default": {
        "engine": "postgresql",  # or "mysql" (MariaDB too), "sqlite"
        "host": "moodle-db.example.org",
        "port": 5432,
        "database": "moodle",
        "user": "pod_readonly",
        "password": "change-me",
        "prefix": "mdl_",
        "schema": "public",
    },
}

# Greenlight's database (version 2 or 3), for --use-database-greenlight.
GREENLIGHT_DB_PARAMS = {
    "host": "greenlight-db.example.org",
    "database": "greenlight",
    "user": "pod_readonly",
    "password": "change-me",
}

# Origins whose recordings are left where they are.
IGNORED_SERVERS: list[str] = []
