"""${message}"""

import sqlalchemy as sa
from alembic import op

from gridmgr.store import upgrades
from gridmgr.store.types import Code, Document, Instant, Shape
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
