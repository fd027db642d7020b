#!/bin/sh
# Makes the calibration pictures from what Debian ships.
# Usage: make.sh <unpacked opencv-doc> <unpacked python3-skimage>
#   apt-get download opencv-doc python3-skimage; dpkg -x opencv-doc_*.deb opencv; dpkg -x python3-skimage_*.deb skimage
set -eu
here=$(dirname "$0")
opencv=$1/usr/share/doc/opencv-doc/examples
skimage=$2/usr/lib/python3/dist-packages/skimage/data

cut() { # <source> <name>: covers 416x320, upper part kept (heads)
  ffmpeg -v error -y -i "$1" -frames:v 1 \
    -vf "scale=416:320:force_original_aspect_ratio=increase:flags=area,crop=416:320:(iw-416)/2:(ih-320)/4,format=yuvj420p" \
    -q:v 5 -bitexact "$here/$2.jpg"
}

cut "$skimage/astronaut.png" astronaut
cut "$skimage/camera.png" camera
cut "$skimage/motorcycle_left.png" motorcycle
cut "$skimage/rocket.jpg" rocket
cut "$opencv/data/leuvenA.jpg" leuven
cut "$opencv/data/building.jpg" building
cut "$opencv/text/scenetext01.jpg" street-sign
cut "$opencv/text/scenetext05.jpg" road-works
cut "$opencv/text/scenetext06.jpg" street-corner
