"""The after-sales domain: customers, devices, warranty, contracts, parts, quotes and cases."""

from app.desk import models as models  # tables are known as soon as the package is
