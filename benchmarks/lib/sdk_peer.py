"""sdk_peer.py THREADS ATTRIBUTE VALUE < ids: one openstacksdk update for each image, as a script of a user does it."""
import concurrent.futures
import sys

import openstack

threads, attribute, value = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
wanted = {line.strip() for line in sys.stdin}
cloud = openstack.connect()  # OS_* variables
images = [image for image in cloud.image.images(limit=1000) if image.id in wanted]
if len(images) != len(wanted):
    sys.exit(f"sdk_peer.py: {len(images)} images instead of {len(wanted)}")


def update(image):
    cloud.image.update_image(image, **{attribute: value})


if threads == 1:
    for image in images:
        update(image)
else:
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(update, images))
